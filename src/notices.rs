//! What the server warns of while it does what it was asked: that it left a privilege as it was, because the role may not give it.
//!
//! The driver only logs it, so it is heard there and kept until someone takes it.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Where the driver logs notices of the server.
const TARGET: &str = "sqlx::postgres::notice";

/// Hears the server's warnings.
#[derive(Debug, Clone, Copy)]
pub struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET && *event.metadata().level() == Level::WARN {
            event.record(&mut Message);
        }
    }
}

/// The warnings since the last call, in the server's own words.
pub fn take() -> Vec<String> {
    std::mem::take(&mut *HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}

struct Message;

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(value.to_owned());
        }
    }
}
