"""What a person types: an outing with its doors, a sheet copied in, links, mutual help, matters."""
