"""What calls do together: steps that are harmless one by one."""
