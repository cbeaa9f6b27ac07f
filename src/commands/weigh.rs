//! What a proven migration costs and risks on the live database, and whether the project's policy lets it pass.

use serde::Serialize;

use crate::config::Settings;
use crate::data_checks::Checked;
use crate::error::{Error, Exit, Result};
use crate::estimate::{Calibration, Estimate, estimate};
use crate::impact::Impacts;
use crate::prove::Proven;
use crate::render::{self, Risk, Risks};
use crate::sizes::Sizes;

/// One migration file, weighed.
#[derive(Debug, Serialize)]
pub(super) struct Weighed {
    /// The greatest of its risks.
    pub(super) risk: Risk,
    pub(super) risks: Risks,
    pub(super) estimate: Estimate,
    pub(super) impacts: Impacts,
}

/// Weighs every part by the live sizes.
pub(super) fn weigh(settings: &Settings, proven: &Proven, sizes: &Sizes) -> Result<Vec<Weighed>> {
    let calibration = Calibration::read(&settings.calibration)?;
    let stops: Vec<String> = proven.checks.iter().filter_map(Checked::finding).collect();
    let parts = proven.parts.iter().map(|part| {
        let estimate = estimate(&part.impacts.migration, part.up.is_transactional(), sizes, calibration.as_ref());
        let risks = render::risks(&part.up, &part.down, &estimate, &stops);
        Weighed { risk: risks.greatest(), risks, estimate, impacts: part.impacts.clone() }
    });
    Ok(parts.collect())
}

/// Refuses what is riskier than the policy allows.
pub(super) fn allowed(max: Option<Risk>, weighed: &[Weighed]) -> Result<()> {
    let Some(max) = max else { return Ok(()) };
    let Some(worst) = weighed.iter().filter(|it| it.risk > max).max_by_key(|it| it.risk) else { return Ok(()) };
    let message = format!("the migration is {}, and the policy allows at most {max}: nothing was written", worst.risk);
    let mut error = Error::new(message).exit(Exit::Refused);
    for line in weighed.iter().flat_map(|it| it.risks.lines()) {
        error = error.note(line);
    }
    let raised = worst.risk.to_string().to_lowercase();
    Err(error.help(format!("take the change in smaller steps or in two halves (--strategy expand-contract), or let this one pass: schemagen diff --max-risk {raised}")))
}
