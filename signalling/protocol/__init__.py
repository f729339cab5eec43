"""The wire protocol, defined once: documents and TypeScript types are generated from it."""
