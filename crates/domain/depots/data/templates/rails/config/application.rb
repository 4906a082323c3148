require_relative "boot"

require "rails"
require "action_controller/railtie"
require "action_view/railtie"
require "rails/test_unit/railtie"

Bundler.require(*Rails.groups)

module App
  class Application < Rails::Application
    config.load_defaults 7.1
    config.eager_load = Rails.env.production?
    config.consider_all_requests_local = !Rails.env.production?
    config.secret_key_base = ENV.fetch("SECRET_KEY_BASE") { "only for development and tests" * 4 } unless Rails.env.production?
  end
end
