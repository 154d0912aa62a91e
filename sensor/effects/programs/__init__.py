"""What programs do with flags and operands, as rows of tables; which of them run another command."""
