"""What a site's network is asked, by whom, and what the answers mean."""
