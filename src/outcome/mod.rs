//! What a reply of the server means.
