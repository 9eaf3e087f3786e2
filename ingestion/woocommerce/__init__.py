"""The `woocommerce` source: shops on WooCommerce, by its REST API `wc/v3`."""
