//! Blobs in a bucket.

use std::path::PathBuf;

use base::{Error, Result};
use object_store::aws::{AmazonS3, AmazonS3Builder};

/// How to reach a bucket.
#[derive(Clone)]
pub struct S3Options {
    /// Address of the service, `https://s3.example.com`; empty for AWS itself.
    pub endpoint: String,
    /// The bucket; it must exist.
    pub bucket: String,
    /// The region, `us-east-1` where the service has none.
    pub region: String,
    /// Access key id.
    pub key: String,
    /// Secret access key.
    pub secret: String,
    /// Put before every name, e.g. `mortise/`; may be empty.
    pub prefix: String,
    /// Whether an endpoint without TLS is acceptable.
    pub allow_http: bool,
    /// Local directory where a stream of unknown content is kept until its
    /// name is known; it is made where it is missing.
    pub spool: PathBuf,
}

impl std::fmt::Debug for S3Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Options")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

pub(crate) fn client(options: &S3Options) -> Result<AmazonS3> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&options.bucket)
        .with_region(&options.region)
        .with_access_key_id(&options.key)
        .with_secret_access_key(&options.secret)
        .with_allow_http(options.allow_http);
    if !options.endpoint.is_empty() {
        builder = builder.with_endpoint(&options.endpoint);
    }
    builder.build().map_err(Error::internal)
}
