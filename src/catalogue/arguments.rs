//! Arguments to request, or all that is wrong with them.
