"""The shipped rule files (YAML); a package so that wheels carry them."""
