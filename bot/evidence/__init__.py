"""What people attach to a case: photos, logs, captures. Nothing reads them yet; the layer is kept free for it."""
