//! Layer 2 of unrolled: time.
