//! What a SkyPanel process does before its first request
