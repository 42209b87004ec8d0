"""Floor 0: plain Python, standard library only. Words, numbers, days, limits and states; `today` is passed in."""
