//! depots
