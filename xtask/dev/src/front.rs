//! What stands before the server on the public port: pages as they were last built, the rest
//! as the server answers it.

use std::{convert::Infallible, sync::Arc, sync::mpsc::Sender, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Query, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{self, Next},
    response::{
        Html, IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use end_to_end::Outcome;
use futures_util::stream;
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::{
    cards::Cards,
    changes::{Order, Part},
    news::Herald,
    pages,
    workshop::{Built, Workshop},
};

mod entering;

/// More than the server itself takes.
const BODY_MAX: usize = 1 << 20;

/// Takes the port, on this machine only.
pub async fn listen(port: u16) -> Outcome<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| {
            format!(
                "port {port} cannot be used ({error}): end what uses it, or choose another with \
                 --port"
            )
            .into()
        })
}

/// The front.
#[derive(Clone)]
pub struct Front(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    server: String,
    origin: String,
    built: Arc<Built>,
    herald: Herald,
    orders: Sender<Order>,
    cards: Arc<Cards>,
}

impl Front {
    /// A front for what this workshop builds.
    pub fn new(
        workshop: &Workshop,
        orders: Sender<Order>,
        origin: &str,
        cards: Arc<Cards>,
    ) -> Outcome<Front> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Front(Arc::new(Inner {
            client,
            server: workshop.server_address(),
            origin: origin.to_owned(),
            built: workshop.built(),
            herald: workshop.herald(),
            orders,
            cards,
        })))
    }

    /// Serves until the program ends.
    pub async fn serve(self, listener: TcpListener) -> Outcome<()> {
        let router = Router::new()
            .route("/dev", get(who_may_log_in))
            .route("/dev/enter", post(entering::enter))
            .route("/dev/news", get(news))
            .route("/dev/reload.js", get(pages::script))
            .route("/dev/dev.css", get(pages::style))
            .route("/componenti", get(gallery))
            .fallback(other)
            .layer(middleware::from_fn_with_state(self.clone(), only_here))
            .with_state(self);
        Ok(axum::serve(listener, router).await?)
    }
}

/// Another site that gives its name this machine's address is not answered.
async fn only_here(State(front): State<Front>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = front.0.origin.rsplit(':').next().unwrap_or_default();
    let ours = ["localhost", "127.0.0.1", "[::1]"];
    match host.split_once(port).is_some_and(|(name, rest)| {
        rest.is_empty() && ours.iter().any(|ours| name.strip_suffix(':') == Some(ours))
    }) {
        true => next.run(request).await,
        false => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}

async fn who_may_log_in(State(front): State<Front>) -> Html<String> {
    Html(pages::who_may_log_in(&front.0.cards, None))
}

/// A stream of what is new; the first is what is so now.
async fn news(State(front): State<Front>) -> impl IntoResponse {
    let listening = front.0.herald.listen();
    let events = stream::unfold(listening, async |mut listening| {
        listening.changed().await.ok()?;
        let news = listening.borrow_and_update().clone();
        let event = Event::default().json_data(news).ok()?;
        Some((Ok::<_, Infallible>(event), listening))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

async fn gallery(State(front): State<Front>, Query(asked): Query<Asked>) -> Html<String> {
    let front = &front.0;
    if front.built.want_gallery() {
        let cause = "the page of components, opened for the first time".to_owned();
        let part = Part::Gallery;
        let _ = front.orders.send(Order::Build { part, cause });
    }
    let language = asked.lang.as_deref().and_then(protocol::Language::from_tag);
    let page = match front.built.file("/assets/gallery.js") {
        Some(_) => pages::gallery(language.unwrap_or_default()),
        None => pages::BEING_BUILT.to_owned(),
    };
    Html(pages::reloading(&page, &front.herald.now()))
}

/// A file of the pages, or whatever the server answers.
async fn other(State(front): State<Front>, request: Request) -> Response {
    let front = &front.0;
    let path = request.uri().path();
    if path.starts_with("/assets/")
        && let Some(file) = front.built.file(path)
    {
        return pages::file(path, file.to_vec());
    }
    let is_call = path.starts_with("/api/");
    match front.ask_server(request).await {
        Ok(answer) if !is_call && is_page(answer.headers()) => front.our_page(answer).await,
        Ok(answer) => answer,
        Err(_) if is_call => StatusCode::BAD_GATEWAY.into_response(),
        Err(_) => {
            let page = pages::reloading(pages::NO_SERVER, &front.herald.now());
            (StatusCode::BAD_GATEWAY, Html(page)).into_response()
        }
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

impl Inner {
    /// The server's answer; pages come as they are, not compressed.
    async fn ask_server(&self, request: Request) -> Outcome<Response> {
        let (parts, body) = request.into_parts();
        let place = parts
            .uri
            .path_and_query()
            .map_or("/", |place| place.as_str());
        let mut headers = parts.headers;
        for name in [
            header::ACCEPT_ENCODING,
            header::CONNECTION,
            header::CONTENT_LENGTH,
        ] {
            headers.remove(name);
        }
        let body = to_bytes(body, BODY_MAX).await?;
        self.send(parts.method, place, headers, body).await
    }

    async fn send(
        &self,
        method: Method,
        place: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Outcome<Response> {
        let asked = self
            .client
            .request(method, format!("{}{place}", self.server))
            .headers(headers)
            .body(body);
        let answer = asked.send().await?;
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        for name in [
            header::CONNECTION,
            header::TRANSFER_ENCODING,
            header::CONTENT_LENGTH,
        ] {
            headers.remove(name);
        }
        let mut response = Body::from(answer.bytes().await?).into_response();
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// The page as it was last built, with the language, status and headers that the server
    /// gives to its own.
    async fn our_page(&self, answer: Response) -> Response {
        let (mut parts, body) = answer.into_parts();
        let theirs = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let language = pages::language_of(&String::from_utf8_lossy(&theirs)).to_owned();
        let ready = self.built.file("/assets/frontend.js").is_some();
        let page = match self.built.file("/index.html").filter(|_| ready) {
            Some(page) => pages::in_language(&String::from_utf8_lossy(&page), &language),
            None => pages::BEING_BUILT.to_owned(),
        };
        // The server may have been built without pages; here they are.
        if parts.status == StatusCode::SERVICE_UNAVAILABLE {
            parts.status = StatusCode::OK;
        }
        parts.headers.remove(header::ETAG);
        parts.headers.insert(header::CACHE_CONTROL, pages::NOT_KEPT);
        let page = pages::reloading(&page, &self.herald.now());
        (parts.status, parts.headers, page).into_response()
    }
}
