"""Pages of walks: my groups, the outing form and its sheet, outings, figures, links, mutual help, matters."""
