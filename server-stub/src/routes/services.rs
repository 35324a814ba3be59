//! `/api/services/{id}`: where a service of the menu is

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use protocol::{ProblemCode, api::ServiceAddress, service::ServiceId};

use crate::{
    app::App, description::refusals::refuses, http::cookies::Cookies, problem::Refusal, session,
};

refuses!(AddressRefusals: SESSION; ServiceNotEnabled, NotFound);

/// The service's address, for who is enabled for it.
#[utoipa::path(
    get,
    path = "",
    operation_id = "findService",
    tag = "Services",
    params(("id" = ServiceId, Path, description = "A service of the menu")),
    security(("session" = [])),
    responses(
        (status = OK, description = "Where it is", body = ServiceAddress),
        AddressRefusals,
    ),
)]
pub async fn address(
    State(app): State<Arc<App>>,
    sent: Cookies,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ServiceAddress>, Refusal> {
    let session = session::require(&app, &sent).await?;
    let id = id
        .ok()
        .and_then(|Path(id)| ServiceId::from_id(&id))
        .ok_or(Refusal::new(ProblemCode::NotFound))?;
    if !session.row.operator.enabled_services().contains(&id) {
        return Err(Refusal::new(ProblemCode::ServiceNotEnabled));
    }
    Ok(Json(ServiceAddress {
        id,
        name: id.name().to_owned(),
        address: app.config.services.get(&id).cloned(),
    }))
}
