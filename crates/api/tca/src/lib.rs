//! api-tca
