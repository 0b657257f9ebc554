//! Native functions that are no endpoints, a file for each subject.

pub(super) mod ask;
pub(super) mod files;
pub(super) mod flow;
pub(super) mod list;
pub(super) mod out;
pub(super) mod sort;
pub(super) mod text;
pub(super) mod time;
