globalThis.built = true
