//! A service that is no part of access: its name, and where it is.

use leptos::prelude::*;
use protocol::{api::ServiceAddress, service::ServiceId};

use crate::{
    api,
    asked::{Asked, Stage},
    components::ServiceRefusal,
    i18n::{operator, say, services as words},
};

/// Names the service and leads to the address this installation has for it.
#[component]
pub fn Elsewhere(
    /// Which one.
    service: ServiceId,
) -> impl IntoView {
    let asked = Asked::<ServiceAddress>::begin();
    asked.ask(
        move |language| api::service_address(service, language),
        |_| {},
    );
    view! {
        <p class="ts-lead">{say(operator::SERVICE_LEAD)}</p>
        {move || match asked.stage() {
            Stage::Idle | Stage::UnderWay => {
                view! { <p role="status">{say(words::LOADING)}</p> }.into_any()
            }
            Stage::Refused(refusal) => view! { <ServiceRefusal refusal /> }.into_any(),
            Stage::Done => address(service, asked.done()),
        }}
    }
}

fn address(service: ServiceId, found: Option<ServiceAddress>) -> AnyView {
    let Some(address) = found.and_then(|found| found.address) else {
        return view! { <p>{say(operator::SERVICE_TEXT)}</p> }.into_any();
    };
    view! {
        <p>{say(words::ELSEWHERE)}</p>
        <p>
            <a class="btn btn-primary" href=address.clone() rel="noopener external">
                {say(words::OPEN)} " " <span lang="it">{service.name()}</span>
            </a>
        </p>
        <p class="ts-small">
            {say(words::ADDRESS)} " " <span class="ts-address">{address}</span>
        </p>
    }
    .into_any()
}
