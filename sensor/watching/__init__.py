"""File watchers: what is watched, how changes are noticed, and the process that reports them to the sensor."""
