//! Pages of Graph.

use crate::simulator::powershell::text;
use crate::simulator::request::{Request, pairs};

/// The most rows that Graph puts on a page.
const MOST: usize = 999;
/// How many it puts there unless told.
const USUAL: usize = 100;
/// Where Graph lives; a link to elsewhere is refused.
const GRAPH: &str = "https://graph.microsoft.com/";

/// One page out of all rows.
pub(super) struct Page {
    /// How many rows come before it.
    pub(super) start: usize,
    /// How many it holds at most.
    pub(super) size: usize,
    linked: bool,
}

impl Page {
    /// The page that is asked for: the one behind a link or the first with `manual`, the first without a link to the
    /// next with `first`, else none, which means all rows.
    pub(super) fn read(request: &Request, manual: bool, first: bool) -> Result<Option<Self>, String> {
        let (link, top) = (text(request.query("nextLink")), text(request.query("$top")));
        let size = match top.parse() {
            _ if top.is_empty() => USUAL,
            Ok(size) if (1..=MOST).contains(&size) => size,
            _ => return Err(format!("Invalid page size specified: '{top}'. Must be between 1 and {MOST} inclusive.")),
        };
        match (manual, link.is_empty()) {
            (false, _) => Ok(first.then_some(Self { start: 0, size, linked: false })),
            (true, true) => Ok(Some(Self { start: 0, size, linked: true })),
            (true, false) => match Self::behind(&link) {
                None => Err("The nextLink is not one of Microsoft Graph.".to_owned()),
                page => Ok(page),
            },
        }
    }

    /// The link to the page after this one; nothing when this is the last of so many rows.
    pub(super) fn next(&self, endpoint: &str, rows: usize) -> Option<String> {
        let next = self.start + self.size;
        let size = self.size;
        (self.linked && next < rows).then(|| format!("{GRAPH}beta/{endpoint}?$top={size}&$skiptoken={next}"))
    }

    fn behind(link: &str) -> Option<Self> {
        let query = pairs(link.strip_prefix(GRAPH)?.split_once('?')?.1);
        let number = |name: &str| query.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok());
        Some(Self { start: number("$skiptoken")?, size: number("$top")?, linked: true })
    }
}
