//! Where every journey begins.

use super::chrome::Driver;
use super::window::Window;
use crate::shop::{Clone, Person, Shop};

/// A shop, and a window on its pages. What is first here ends first.
pub(super) struct Stage {
    pub(super) window: Window,
    pub(super) shop: Shop,
    _driver: Driver,
}

impl Stage {
    /// A new shop in a window of that width in pixels; `None` where there is no browser.
    pub(super) async fn set(width: u32) -> Option<Self> {
        let driver = Driver::start()?;
        let shop = Shop::start(None);
        let browser = driver.open(&shop.scratch().join("profile"), width).await;
        let window = Window::new(browser, &shop.server.url);
        Some(Self { window, shop, _driver: driver })
    }

    /// Makes the project `web` with the depot `site`: an empty clone of it, and its address.
    pub(super) async fn site(&self, owner: &Person<'_>) -> (Clone, String) {
        owner.project("web", "site").await;
        (Clone::empty(self.shop.scratch().join("site")), owner.remote("web", "site"))
    }
}
