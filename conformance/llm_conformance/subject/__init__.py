"""The implementation under test: its spec, its instances, its profile, and the presets of known classes."""
