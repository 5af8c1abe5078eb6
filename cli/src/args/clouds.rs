//! The commands on clouds.

use clap::Subcommand;
use domain::FindingId;

use super::operator::Told;

/// Clouds.
#[derive(Clone, Debug, Subcommand)]
pub enum Clouds {
    /// List clouds.
    List,
    /// Pause a cloud: start no more of its jobs.
    Pause(Told),
    /// Resume a paused cloud.
    Resume(Told),
    /// Show what waits for an administrator: servers that would be marked as lost, machines that would be deleted.
    Brakes {
        /// The cloud, by its id or name.
        cloud: String,
    },
    /// Allow what `brakes` showed; a comparison then does it.
    Release {
        /// The cloud, by its id or name.
        cloud: String,
        /// A finding, as it was shown; may be given several times.
        #[arg(long = "finding")]
        findings: Vec<FindingId>,
        /// The other account, as it was shown: it is the cloud's own from now on.
        #[arg(long)]
        account: Option<String>,
        /// This is the database that knows the cloud's machines, whatever its marks say.
        #[arg(long)]
        trust: bool,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// After a restore: delete no machine that this database does not know, until `release --trust`. For all clouds.
    Distrust,
    /// Ask each connected cloud whether it accepts its token, and what it sells.
    Test {
        /// Only this one, by its id or name.
        cloud: Option<String>,
    },
}
