//! api-coding
