"""The desk: one call from bytes to bytes, held calls, the hand on the journal, and what people may ask of the running sensor."""
