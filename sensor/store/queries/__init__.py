"""What pages and commands ask the index. Every function takes an `Index` and returns Structs; lists page by key."""
