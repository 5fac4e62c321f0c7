"""A model in use, watched over the dates it rated on."""
