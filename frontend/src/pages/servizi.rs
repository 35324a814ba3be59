//! `/servizi`: the services the operator is enabled for (manuale §4).

use leptos::prelude::*;
use protocol::{
    api::{Messages, Service, Session},
    service::ServiceId,
};

use super::guarded::Guarded;
use crate::{
    api,
    asked::Asked,
    browser,
    components::{OperatorData, Page},
    i18n::{frame, operator, say, services as words},
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
    let state = crate::session::session();
    let until = move || {
        state
            .get()
            .and_then(|open| browser::time_of_day(&open.expires_at))
    };
    let profile = operator::profile(session.operator.profile);
    view! {
        <div class="row ts-services">
            <nav class="col-12 col-md-5 col-lg-4" aria-label=say(operator::MENU)>
                <ul class="ts-service-menu">
                    {session.services.into_iter().map(entry).collect::<Vec<_>>()}
                </ul>
            </nav>
            <section class="col-12 col-md-7 col-lg-8" aria-labelledby="ts-online">
                <h2 id="ts-online">{say(operator::TITLE)}</h2>
                <p class="ts-tag">{say(profile)}</p>
                <OperatorData operator=session.operator />
                {move || {
                    until()
                        .map(|until| {
                            view! {
                                <p class="ts-small">{say(operator::UNTIL)} " " {until} "."</p>
                            }
                                .into_any()
                        })
                }}
            </section>
        </div>
    }
}

/// A service in the menu; its name is the manual's in every language.
fn entry(service: Service) -> AnyView {
    view! {
        <li>
            <a href=format!("/servizi/{}", service.id.id()) lang="it">
                {service.name}
            </a>
            {(service.id == ServiceId::Messaggi).then(|| view! { <Unread /> }.into_any())}
        </li>
    }
    .into_any()
}

/// How many messages wait to be read; nothing where there are none, or where the server
/// does not say.
#[component]
fn Unread() -> impl IntoView {
    let asked = Asked::<Messages>::begin();
    asked.ask(api::messages, |_| {});
    move || {
        let messages = asked.done()?.messages;
        let unread = messages.iter().filter(|message| !message.read).count();
        (unread > 0).then(|| {
            view! {
                <span class="ts-new">
                    <span class="visually-hidden">{say(words::UNREAD)} " "</span>
                    {unread.to_string()}
                </span>
            }
            .into_any()
        })
    }
}
