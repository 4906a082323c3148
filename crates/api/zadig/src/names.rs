//! The names by which requests speak of what an administrator has set up.

use base::Error;

/// What a fresh installation has, and what the configuration adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Code hosts.
    pub code_hosts: Vec<CodeHost>,
    /// Clusters; scans run here whatever the name.
    pub clusters: Vec<String>,
    /// SonarQube systems; the built-in analysers stand behind each.
    pub sonar_systems: Vec<String>,
    /// Environments for scripts.
    pub images: Vec<String>,
}

/// A code host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeHost {
    /// Its name in requests.
    pub name: String,
    /// Its kind in requests: `gitlab`, `github`, …, `other`.
    pub source: String,
    /// Its address, `https://gitlab.example.com`; empty for our own depots.
    pub address: String,
}

impl CodeHost {
    /// Whether the depots of this installation are meant.
    pub(crate) fn is_ours(&self) -> bool {
        self.address.is_empty()
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            code_hosts: vec![CodeHost {
                name: "mortise".to_owned(),
                source: "mortise".to_owned(),
                address: String::new(),
            }],
            clusters: vec!["local".to_owned()],
            sonar_systems: vec!["mortise".to_owned()],
            images: vec!["default".to_owned()],
        }
    }
}

impl Names {
    /// The code host of that name; `other` means our own as well.
    pub(crate) fn code_host(&self, name: &str) -> Result<&CodeHost, Error> {
        let known = self.code_hosts.iter().find(|host| host.name == name);
        let known =
            known.or_else(|| self.code_hosts.iter().find(|host| name == "other" && host.is_ours()));
        known.ok_or_else(|| {
            Error::invalid("codehost_name", format!("names no code host; {name:?} is not known"))
        })
    }

    /// The empty name stands for the first cluster.
    pub(crate) fn check_cluster(&self, name: &str) -> Result<(), Error> {
        if name.is_empty() || self.clusters.iter().any(|known| known == name) {
            return Ok(());
        }
        Err(Error::invalid("cluster_name", format!("names no cluster; {name:?} is not known")))
    }

    pub(crate) fn check_sonar_system(&self, name: &str) -> Result<(), Error> {
        if self.sonar_systems.iter().any(|known| known == name) {
            return Ok(());
        }
        let why = format!("names no SonarQube system; {name:?} is not known");
        Err(Error::invalid("sonar_system", why))
    }

    pub(crate) fn check_image(&self, name: &str) -> Result<(), Error> {
        if self.images.iter().any(|known| known == name) {
            return Ok(());
        }
        Err(Error::invalid("image_name", format!("names no image; {name:?} is not known")))
    }
}
