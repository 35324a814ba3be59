//! `/servizi`: the services the operator is enabled for (manuale §4).

use leptos::prelude::*;
use protocol::api::{Service, Session};

use super::guarded::Guarded;
use crate::{
    browser,
    components::{OperatorData, Page},
    i18n::{frame, operator, say},
};

/// The services page.
#[component]
pub fn ServiziPage() -> impl IntoView {
    view! {
        <Page title=frame::SERVIZI>
            <Guarded content=services />
        </Page>
    }
}

fn services(session: Session) -> impl IntoView {
    let until = browser::time_of_day(&session.expires_at);
    let profile = operator::profile(session.operator.profile);
    view! {
        <div class="row ts-services">
            <nav class="col-12 col-md-5 col-lg-4" aria-label=say(operator::MENU)>
                <ul class="ts-service-menu">
                    {session.services.into_iter().map(entry).collect_view()}
                </ul>
            </nav>
            <section class="col-12 col-md-7 col-lg-8" aria-labelledby="ts-online">
                <h2 id="ts-online">{say(operator::TITLE)}</h2>
                <p class="ts-tag">{say(profile)}</p>
                <OperatorData operator=session.operator />
                {until
                    .map(|until| {
                        view! {
                            <p class="ts-small">{say(operator::UNTIL)} " " {until} "."</p>
                        }
                    })}
            </section>
        </div>
    }
}

/// A service in the menu; its name is the manual's in every language.
fn entry(service: Service) -> impl IntoView {
    view! {
        <li>
            <a href=format!("/servizi/{}", service.id.id()) lang="it">
                {service.name}
            </a>
        </li>
    }
}
