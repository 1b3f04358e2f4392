"""One pure function a platform: neutral card in, native payload out."""
