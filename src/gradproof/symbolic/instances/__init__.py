"""Numbers for symbols: untrusted, since an instance can refute a step but never establish one."""
