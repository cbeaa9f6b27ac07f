//! `schemagen calibrate`: how fast the live database's host is, kept for the estimates of `diff`.

use crate::cli::Format;
use crate::config::Settings;
use crate::connect;
use crate::error::Result;
use crate::estimate;
use crate::output::{self, NewFile};

/// Runs it.
pub async fn run(settings: &Settings) -> Result<()> {
    let console = settings.console;
    let target = settings.live()?;
    let mut live = connect::open(target).await?;
    console.progress(&format!("Measuring {} for up to 10 s on a temporary table", target.shown));
    let calibration = estimate::calibrate(&mut live).await?;
    live.close().await?;
    let text = serde_json::to_string_pretty(&calibration).map_err(|it| crate::error::Error::internal(it.to_string()))?;
    output::write(&[NewFile::replacing(&settings.calibration, format!("{text}\n"))])?;
    let times = |ratio: f64| match ratio {
        it if it >= 1.0 => format!("{it:.2} times the time"),
        it => format!("{it:.2} of the time"),
    };
    console.progress(&format!(
        "Against the reference host it takes {} to read, {} to build an index, {} to write anew",
        times(calibration.scan),
        times(calibration.build),
        times(calibration.rewrite)
    ));
    if console.format == Format::Json {
        return console.json(&calibration);
    }
    console.result(&settings.calibration.display().to_string());
    console.progress("Next: commit the file; schemagen diff reads it");
    Ok(())
}
