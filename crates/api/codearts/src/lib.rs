//! api-codearts
