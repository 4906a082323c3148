//! api-git
