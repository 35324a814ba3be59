//! `GET /api/openapi.json`: whole, and of this installation. That the answers are as it says is
//! judged by schemathesis (`tests/tests/api_description.rs`).

use std::collections::{BTreeMap, BTreeSet};

use protocol::ProblemCode;
use serde_json::Value;
use server_stub::router;

use crate::support::{Portal, Request};

async fn description(portal: &Portal) -> Value {
    let answer = portal.browser().get("/api/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()
}

/// The methods described, by path.
fn methods(description: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = description["paths"].as_object().unwrap();
    paths
        .iter()
        .map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            (
                path.clone(),
                methods.map(|name| name.to_uppercase()).collect(),
            )
        })
        .collect()
}

fn operations(description: &Value) -> Vec<&Value> {
    let items = description["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .collect()
}

/// The paths a router knows, as it shows itself: axum has no list of them.
fn routed(portal: &Portal) -> BTreeSet<String> {
    let shown = format!("{:?}", router::portal(portal.app.clone()));
    let texts = shown.split('"').skip(1).step_by(2);
    texts
        .filter(|text| text.starts_with("/api/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_path_is_described_and_every_described_path_is_there() {
    let portal = Portal::start().await;
    let described: BTreeSet<String> = methods(&description(&portal).await).into_keys().collect();
    assert!(described.contains("/api/session"));
    assert_eq!(described, routed(&portal));
}

#[tokio::test]
async fn the_methods_of_every_path_are_those_described() {
    let portal = Portal::start().await;
    let mut browser = portal.browser();
    for (path, mut methods) in methods(&description(&portal).await) {
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        let path = path.replace("{id}", "x");
        let refused = browser.send(Request::new("PATCH", &path)).await.expect(405);
        let allowed = refused.header("allow").split(',');
        let allowed: BTreeSet<String> = allowed.map(|name| name.trim().to_owned()).collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[tokio::test]
async fn every_code_is_some_operations() {
    let portal = Portal::start().await;
    let description = description(&portal).await;
    let mut described = BTreeSet::new();
    let refused = &description["components"]["responses"]["MethodNotAllowed"];
    let responses = operations(&description)
        .into_iter()
        .flat_map(|operation| operation["responses"].as_object().unwrap().values());
    for response in responses.chain([refused]) {
        let problem = &response["content"]["application/problem+json"]["schema"];
        let codes = &problem["allOf"][1]["properties"]["code"]["enum"];
        for code in codes.as_array().into_iter().flatten() {
            described.insert(code.as_str().unwrap());
        }
    }
    let codes: BTreeSet<&str> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(described, codes);
}

#[tokio::test]
async fn what_changes_something_asks_for_the_portals_origin() {
    let portal = Portal::start().await;
    let description = description(&portal).await;
    let origin = &description["components"]["parameters"]["Origin"];
    assert_eq!(origin["schema"]["const"], portal.origin().as_str());
    assert_eq!(origin["required"], true);
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let asks = operation["parameters"]
                .to_string()
                .contains("parameters/Origin");
            assert_eq!(asks, method != "get", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn it_speaks_of_this_installation() {
    let portal = Portal::start().await;
    let description = description(&portal).await;
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"][0]["url"], portal.origin().as_str());
    let session = &description["components"]["securitySchemes"]["session"];
    assert_eq!(session["in"], "cookie");
    assert_eq!(session["name"], "tessera-session");
    let ids: BTreeSet<&str> = operations(&description)
        .into_iter()
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), operations(&description).len());
}

/// A reference that leads nowhere is no description.
#[tokio::test]
async fn whatever_it_refers_to_is_in_it() {
    let portal = Portal::start().await;
    let description = description(&portal).await;
    let text = description.to_string();
    let mut references = 0;
    for rest in text.split("\"$ref\":\"#").skip(1) {
        let pointer = rest.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
        references += 1;
    }
    assert!(references > 50);
}
