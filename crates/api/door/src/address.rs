use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::Extensions;

/// The client's network address, as the server noted it with the connection.
/// Where a trusted proxy stands in front, a layer puts the address that it has
/// seen in the same place; what a client itself says is never looked at.
pub fn client_address(extensions: &Extensions) -> Option<IpAddr> {
    let info = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(info.0.ip().to_canonical())
}
