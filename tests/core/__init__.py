"""The core: storage, boxes, words, permissions."""
