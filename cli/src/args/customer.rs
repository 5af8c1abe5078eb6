//! What customers type: their servers and their money, by the public API.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which panel, and how the answer is written. The key is read from `SKYPANEL_API_KEY` alone: what is typed stays in
/// histories and in lists of processes.
#[derive(Clone, Debug, Args)]
pub struct Panel {
    /// The panel's address.
    #[arg(long, env = "SKYPANEL_URL", global = true)]
    pub url: Option<String>,
    /// Write JSON, as the API answers.
    #[arg(long, global = true)]
    pub json: bool,
}

/// Servers.
#[derive(Debug, Subcommand)]
pub enum Servers {
    /// List servers.
    List {
        /// Only those with this text in their name or address.
        #[arg(long)]
        q: Option<String>,
    },
    /// Show a server.
    Show {
        /// Its id or its name.
        server: String,
    },
    /// Create a server: it costs money from the first hour on.
    Create(Order),
    /// Boot a server.
    Boot {
        /// Its id or its name.
        server: String,
    },
    /// Shut a server down; it is still charged.
    Shutdown {
        /// Its id or its name.
        server: String,
    },
    /// Reboot a server.
    Reboot {
        /// Its id or its name.
        server: String,
    },
    /// Delete a server with everything on it.
    Delete {
        /// Its id or its name.
        server: String,
        /// Its name, to say that you mean it.
        #[arg(long, default_value = "")]
        yes: String,
    },
}

/// An order.
#[derive(Debug, Args)]
pub struct Order {
    /// What to call it.
    #[arg(long)]
    pub name: String,
    /// The plan, by its id or its name.
    #[arg(long)]
    pub plan: String,
    /// The region's id.
    #[arg(long)]
    pub region: String,
    /// The image's id.
    #[arg(long)]
    pub image: String,
    /// The file with the public SSH key for root.
    #[arg(long)]
    pub ssh_key: PathBuf,
    /// What an hour may cost, as you saw it, such as 0.0075: the order is refused when it costs something else by now.
    #[arg(long)]
    pub price: Option<String>,
    /// A word of your own for this order: repeated with the same one, it orders once.
    #[arg(long)]
    pub once: Option<String>,
    /// Only show what it would cost.
    #[arg(long, conflicts_with = "once")]
    pub dry_run: bool,
}
