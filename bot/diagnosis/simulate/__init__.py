"""`decroche playbook simulate`: how many human steps the engine needs until a hidden fault is mended."""
