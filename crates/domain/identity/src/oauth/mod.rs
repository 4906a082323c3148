//! Letting applications in on a user's behalf (OAuth 2).
