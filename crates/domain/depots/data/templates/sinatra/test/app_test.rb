ENV["APP_ENV"] = "test"

require "minitest/autorun"
require "rack/test"

require_relative "../app"

class AppTest < Minitest::Test
  include Rack::Test::Methods

  def app
    App
  end

  def test_greets
    get "/"
    assert last_response.ok?
    assert_equal({ "message" => "Hello, world!" }, JSON.parse(last_response.body))
  end

  def test_knows_what_it_does_not_have
    get "/nothing"
    assert_equal 404, last_response.status
  end
end
