//! SkyPanel's HTTP interface
