//! Users, groups, mailboxes, licences and all else that is about people.

use super::Area;

/// The endpoints about people.
pub(super) const HANDLERS: Area = &[];
