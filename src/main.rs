//! The command: parse, run, print one error, exit.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use schemagen::cli::{Cli, Form, Global};
use schemagen::config::Settings;
use schemagen::console::Console;
use schemagen::error::{Error, Exit, Result};
use schemagen::{commands, connect, notices};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return misused(&error),
    };
    match start(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Console::new(&cli.global, false, std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty())).error(&error);
            ExitCode::from(error.exit.code())
        }
    }
}

/// A command line that cannot be read. What was mistyped may be a URL.
fn misused(error: &clap::Error) -> ExitCode {
    let text = connect::mask(&error.render().to_string());
    let _ = write!(std::io::stderr(), "{text}");
    let arguments: Vec<String> = std::env::args_os().map(|it| it.to_string_lossy().into_owned()).collect();
    let is_json = |it: &[String]| it[0] == "--format" && it[1] == "json";
    if arguments.windows(2).any(is_json) || arguments.iter().any(|it| it == "--format=json") {
        let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
        let message = lines.next().unwrap_or_default().trim_start_matches("error: ");
        let error = lines.fold(Error::new(message).exit(Exit::Usage), |error, line| error.note(line));
        Console::new(&Global { format: Form::Json, ..Global::default() }, true, true).failed(&error);
    }
    ExitCode::from(Exit::Usage.code())
}

fn start(cli: &Cli) -> Result<()> {
    if !cli.command.prints(cli.global.format) {
        let error = Error::new("findings of lint are all that --format github and --format sarif are for");
        return Err(error.exit(Exit::Usage).help("use --format json here"));
    }
    let filter = ["off", "sqlx::postgres::notice=info,schemagen=debug", "sqlx=debug,schemagen=debug"]
        [usize::from(cli.global.verbose.min(2))];
    let printed = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).without_time().with_target(false);
    let heard = notices::Listener.with_filter(EnvFilter::new("off,sqlx::postgres::notice=warn"));
    tracing_subscriber::registry().with(printed.with_filter(EnvFilter::new(filter))).with(heard).init();
    if let Some(directory) = &cli.global.directory {
        std::env::set_current_dir(directory)
            .map_err(|it| Error::from(it).within(format!("cannot enter {}", directory.display())))?;
    }
    let read = if cli.command.is_local() { Settings::read_without_database } else { Settings::read };
    let settings = read(&cli.global)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // The future that loses is dropped: temporary files and servers go with it.
        tokio::select! {
            result = commands::run(&settings, &cli.command) => result,
            _ = interrupt.recv() => Err(Error::new("interrupted").exit(Exit::Interrupted)),
            _ = terminate.recv() => Err(Error::new("terminated").exit(Exit::Interrupted)),
        }
    });
    runtime.shutdown_background(); // a prompt may still be waiting for its answer
    result
}
