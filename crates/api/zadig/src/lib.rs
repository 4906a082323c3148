//! api-zadig
