//! `schemagen dashboard`: how the live database is, on a page: written once, or served and measured whenever somebody looks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use super::{Session, health, status};
use crate::cli::{self, Format};
use crate::config::Settings;
use crate::error::{Error, Exit, Result};
use crate::health::metrics::{self, metrics};
use crate::health::page::{Details, page};
use crate::output::{self, NewFile};

/// How often a browser asks again, in seconds.
const REFRESH: u64 = 5;

/// Who looks sooner sees what the one before saw, however many look.
const FRESH: Duration = Duration::from_secs(2);

/// Runs it.
pub async fn run(settings: &Settings, options: &cli::Dashboard) -> Result<()> {
    if let Some(address) = options.serve {
        return serve(settings, address).await;
    }
    let shown = look(settings, true, None).await?;
    output::write(&[NewFile::replacing(&options.output, shown.html)])?;
    match settings.console.format {
        Format::Json => settings.console.result(&shown.json),
        Format::Text => settings.console.result(&options.output.display().to_string()),
    }
    Ok(())
}

/// One look at the database.
struct Shown {
    html: String,
    json: String,
    metrics: String,
}

async fn look(settings: &Settings, drift: bool, refresh: Option<u64>) -> Result<Shown> {
    let (mut session, wrong) = Session::of_what_is_there(settings).await?;
    let report = health::report(settings, &mut session, &wrong, None, drift).await?;
    let details = Details::read(&mut session.database).await?;
    let migrations = status::items(&session);
    session.database.close().await?;
    let json = serde_json::to_string_pretty(&report).map_err(Error::internal)?;
    Ok(Shown { html: page(&report, &details, &migrations, refresh)?, json, metrics: metrics(&report)? })
}

/// What all requests share.
struct Desk {
    settings: Settings,
    /// Whether only this machine is to see it.
    private: bool,
    latest: Mutex<Option<(Instant, Arc<Shown>)>>,
}

async fn serve(settings: &Settings, address: SocketAddr) -> Result<()> {
    let console = settings.console;
    // A database that cannot be reached is told at once, not to the first who looks.
    look(settings, false, None).await?;
    let listening = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    let (listener, address) = listening.await.map_err(|it: std::io::Error| {
        let error = Error::from(it).within(format!("cannot listen on {address}"));
        error.help("name another address: schemagen dashboard --serve 127.0.0.1:8080")
    })?;
    let private = address.ip().is_loopback();
    if !private {
        console.warn("whoever reaches this address sees the names of tables and the texts of queries");
    }
    console.result(&format!("http://{address}"));
    console.progress("Ctrl-C ends it");
    let desk = Desk { settings: settings.clone(), private, latest: Mutex::new(None) };
    let pages = Router::new().route("/", get(html)).route("/health.json", get(json)).route("/metrics", get(for_prometheus));
    let pages = pages.with_state(Arc::new(desk));
    axum::serve(listener, pages).await.map_err(|it| Error::from(it).exit(Exit::Failed))
}

async fn html(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let shown = match desk.shown(&headers).await {
        Ok(it) => it,
        Err(refusal) => return refusal,
    };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, shown.html.clone()).into_response()
}

async fn json(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    match desk.shown(&headers).await {
        Ok(shown) => ([(header::CONTENT_TYPE, "application/json")], shown.json.clone()).into_response(),
        Err(refusal) => refusal,
    }
}

async fn for_prometheus(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    match desk.shown(&headers).await {
        Ok(shown) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], shown.metrics.clone()).into_response(),
        Err(refusal) => refusal,
    }
}

impl Desk {
    /// The latest look, or a new one; or what to answer instead.
    async fn shown(&self, headers: &HeaderMap) -> std::result::Result<Arc<Shown>, Response> {
        // A page of somebody else's could have its own name point here: then a browser would let it read the answer.
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
        if self.private && !is_local(host) {
            return Err((StatusCode::FORBIDDEN, "this is served to this machine only, under localhost\n").into_response());
        }
        let mut latest = self.latest.lock().await;
        if let Some((_, shown)) = latest.as_ref().filter(|it| it.0.elapsed() < FRESH) {
            return Ok(Arc::clone(shown));
        }
        let shown = look(&self.settings, false, Some(REFRESH)).await;
        let shown = Arc::new(shown.map_err(|it| (StatusCode::BAD_GATEWAY, format!("{it}\n")).into_response())?);
        *latest = Some((Instant::now(), Arc::clone(&shown)));
        Ok(shown)
    }
}

/// Whether a `Host` header names this machine: `localhost:7432`, `127.0.0.1`, `[::1]:7432`.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        assert!(["localhost", "localhost:7432", "127.0.0.1:1", "[::1]", "[::1]:7432"].into_iter().all(is_local));
        assert!(
            !["", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io:7432", "localhost:x"].into_iter().any(is_local)
        );
    }
}
