//! What a repository depends on, read from its lock files and manifests.
