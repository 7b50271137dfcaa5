"""From page sources to a website: two renderers, one finish, one search."""
