"""Events that exempt: a flood or an epidemic is entered once, and exempts what it covers (case 18)."""
